"""Finds out how the news at an address can be read: what `syndicator add` asks. Pure.

The page is surveyed (survey.py: what it names, what it lists, whose it is), each way to read it is tried as a source would
read it (search.py), judged by what it gives (judge.py), and the selectors of a list are worked out (selectors.py).
"""
