/**
 * Root filesystems from OCI images: layout folders (image-layout.md, image-index.md, manifest.md
 * and layer.md of the OCI image specification, version 1.1) and, through skopeo, registries. Every
 * digest is checked; layers are applied to a tree, never unpacked onto the host.
 */
package dev.cloude.initramfs.source.oci;
