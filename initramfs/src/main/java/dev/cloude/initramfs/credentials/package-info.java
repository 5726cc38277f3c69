/**
 * Who one is to a registry: Docker's {@code config.json} and the {@code auth.json} of skopeo's
 * family, with the helper programs that they name, made into one file that skopeo understands. Uses
 * {@code error}, {@code process}.
 */
package dev.cloude.initramfs.credentials;
