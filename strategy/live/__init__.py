"""The live connection: rooms, the writer, fan-out between processes."""
