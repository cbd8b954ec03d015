/** Networks as data: what they are made of, what they cost, which clips they take. */
package io.multigrid.networks;
