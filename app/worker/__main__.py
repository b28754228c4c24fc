"""`python -m app.worker`: runs a worker."""

from app.worker.process import main

main()
