/** The OpenAPI document and the page to try the API: files of this archive, served as they are. */
package dev.cloude.web.guide;
