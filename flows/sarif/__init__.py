"""SARIF 2.1.0 out of what we know: of a release from the published marts, of a scan from its matches alone."""
