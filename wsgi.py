"""What gunicorn serves."""

from app.application import create_app

app = create_app()
