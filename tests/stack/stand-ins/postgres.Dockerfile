# Stands in for the public image `postgres` where no registry can be reached: the same program, from Debian's package,
# with as much of its interface as docker-compose.yml uses.
FROM debian:trixie-slim
ENV PGDATA=/var/lib/postgresql/data PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY postgres.sh /
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* \
    && install --directory --owner=postgres --group=postgres --mode=0700 "$PGDATA"
USER postgres
STOPSIGNAL SIGINT
CMD ["/postgres.sh"]
