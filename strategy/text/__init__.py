"""The pure core: values in, values out; no database, no clock, no Flask."""
