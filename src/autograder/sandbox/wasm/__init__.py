"""Students' Python in WebAssembly, for systems where nothing else keeps a process apart."""
