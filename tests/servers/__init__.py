"""Real servers for the tests, each on loopback in a temporary folder, started and ended by the test that needs it."""
