"""What the service promises about speed and memory, measured as ratios in one run: `python -m benchmarks [NAME …]`.

A benchmark is a module in this folder with `measure() -> list[Result]`.
"""
