"""From the submitted bytes to a result: reading, calling, judging; here, in a pool or on a cluster."""
