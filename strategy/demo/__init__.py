"""A made-up board with its papers, so that every screen has something to show. No real people."""

from strategy.demo.board import Made, fill

__all__ = ["Made", "fill"]
