/** What holds for every request and answer: body limits and protective headers. */
package dev.cloude.web.http;
