"""The pipeline that writes the bundled world, trains its models and checks them."""

__version__ = "1.0.0"
OBJECTIVES = ("joy", "adventure", "dialogue", "detail", "helpful", "cautious")
