package io.parley;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All tests of this package that start the application. As one class for the forks of the build they stay in one process, which
 * starts the application once for each set of settings, not once for each class.
 */
@Suite
@SelectPackages("io.parley.api")
@IncludeClassNamePatterns(".*ApiTest")
class ApiSuite {
}
