package io.parley;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** As {@link ApiSuite}: the tests that start the application with settings of their own, and wait much. */
@Suite
@SelectPackages({ "io.parley.api", "io.parley.turn" })
@IncludeClassNamePatterns(TroubleSuite.CLASSES)
class TroubleSuite {
    static final String CLASSES = ".*\\.(Owners|Provider.*|StoreTrouble|Failover|ContextCost|RecallShare)ApiTest";
}
