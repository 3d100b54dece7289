package io.parley;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * Tests of the store that wait much and compute little. The build starts suites first, so that no process waits for these tests
 * alone at the end.
 */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages("io.parley.store")
@IncludeClassNamePatterns(".*FaultsTest")
class FaultsSuite {
}
