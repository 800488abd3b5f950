# docker build -t minidl .
# mkdir -p my-course && docker run --rm -it -p 8888:8888 -u "$(id -u)" -v "$PWD/my-course:/home/learner/my-course" minidl
FROM python:3.12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends bubblewrap && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/minidl
COPY requirements-lab.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-lab.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && useradd --create-home learner
# Whoever runs it: the mounted folder is theirs, and so must be what is written in it.
ENV HOME=/home/learner
USER learner
WORKDIR /home/learner
RUN minidl doctor --quick || true; chmod -R a+rwX /home/learner
EXPOSE 8888
# The folder is mounted, so that what is written in it outlives the container.
CMD ["sh", "-c", "cd my-course 2> /dev/null && test -d exercises || { cd ~ && minidl new my-course && cd my-course; }; minidl lab --no-browser --ip 0.0.0.0"]
