/** The HTTP interface: resources and error mappers. Holds no job logic. */
package dev.cloude.web;
