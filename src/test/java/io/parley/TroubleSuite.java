package io.parley;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * The tests of this package that start the application with settings of their own. As one class for the forks of the build they
 * stay in one process, which starts the application once for each set of settings, not once for each class.
 */
@Suite
@SelectPackages("io.parley.turn")
@IncludeClassNamePatterns(TroubleSuite.CLASSES)
class TroubleSuite {
    static final String CLASSES = ".*\\.(Provider.*|StoreTrouble|Failover|ContextCost|RecallShare)ApiTest";
}
