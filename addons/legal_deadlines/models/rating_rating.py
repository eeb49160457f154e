from odoo import models


class RatingRating(models.Model):
    """What a client thought of a task is read with the task."""

    _name = "rating.rating"
    _inherit = ["legal.document.wall", "rating.rating"]
