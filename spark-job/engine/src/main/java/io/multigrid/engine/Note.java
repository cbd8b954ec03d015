package io.multigrid.engine;

import java.io.Serializable;

/**
 * Something that a replica came across and went on from, for the driver to count and to tell.
 *
 * @param subject what it is about, such as the path of a video
 */
public record Note(String subject, String text) implements Serializable {}
