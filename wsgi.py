"""What a WSGI server loads."""

from strategy.app import create_app
from strategy.settings import Settings

app = create_app(Settings.from_env())
