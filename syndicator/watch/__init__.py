"""What is usual for a source, and what falls out of it. Pure.

A `Memory` is what was learned of one source: a few dozen numbers, however long it is watched. `learn` adds a visit to it,
`signs` tells what is unusual now. Every rule says how often it is wrong about a source at which nothing has changed.
"""
