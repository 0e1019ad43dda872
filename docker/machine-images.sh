#!/usr/bin/env bash
# Makes images of this machine's own files, for where no registry is reached. Sourced by other scripts, which define note TEXT.

# Copies the files that are named on standard input, and what links among them point to. /bin and /lib are links to those in /usr.
copy_to() {
  while read -r path; do
    [ -L "$path" ] || [ -f "$path" ] || continue
    echo "$path"
    [ ! -L "$path" ] || [ ! -e "$path" ] || readlink -f "$path"
  done | sed -E 's#^/(bin|sbin|lib|lib64)/#/usr/\1/#; s#^/##' | sort -u | tar -C / --no-recursion -cT - | tar -x -C "$1"
}
new_root() {
  mkdir -p "$1"/{etc,proc,sys,dev,usr/bin,usr/sbin,usr/lib,usr/lib64}
  for link in bin sbin lib lib64; do ln -s "usr/$link" "$1/$link"; done
  printf 'root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n' > "$1/etc/passwd"
}
packages() { dpkg -L "$@" | grep -vE '^/usr/share/(doc|man|locale|lintian|info|bug)/|^/\.$'; }
programs() { # with the libraries that they load
  for program in "$@"; do
    echo "$program"
    ldd "$program" 2> /dev/null | awk '$3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'
  done
}
import() { # ROOT NAME CHANGE...
  local root=$1 name=$2 changes=()
  shift 2
  for change in 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$@"; do changes+=(--change "$change"); done
  tar -C "$root" -c . | docker import "${changes[@]}" - "$name" > /dev/null
  rm -rf "$root"
  note "$name: $(($(docker image inspect -f '{{.Size}}' "$name") / 1000000)) MB"
}

needed_by_servers=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g tzdata)

# With entry points like those of the official images.
import_redis() { # ROOT NAME
  local root=$1 name=$2
  new_root "$root"
  mkdir -p "$root/data" "$root/usr/local/bin"
  { packages "${needed_by_servers[@]}"; programs /usr/bin/{dash,cat,env,redis-server,redis-cli,redis-check-aof,redis-check-rdb}; echo /bin/sh; } | copy_to "$root"
  printf '#!/bin/sh\nexec "$@"\n' > "$root/usr/local/bin/docker-entrypoint.sh"
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
  chown -R 999:999 "$root/data"
  import "$root" "$name" 'USER 999:999' 'VOLUME /data' 'WORKDIR /data' 'EXPOSE 6379' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["redis-server"]'
}

import_postgres() { # ROOT NAME
  local root=$1 name=$2 programs_of_postgres version
  new_root "$root"
  mkdir -p "$root/usr/local/bin" "$root/var/lib/postgresql/data" "$root/run/postgresql" && mkdir -m 1777 "$root/tmp"
  programs_of_postgres=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  version=$(basename "$(dirname "$programs_of_postgres")")
  { packages "${needed_by_servers[@]}" "postgresql-$version" "postgresql-client-$version"; programs "$programs_of_postgres"/{postgres,initdb,pg_isready,psql} /usr/bin/{dash,cat,env}; echo /bin/sh; } | copy_to "$root"
  cat > "$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRY'
#!/bin/sh
set -e
data=/var/lib/postgresql/data
if [ ! -s $data/PG_VERSION ]; then
  echo "$POSTGRES_PASSWORD" > /tmp/password
  initdb -D $data -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=/tmp/password
  echo "host all all all scram-sha-256" >> $data/pg_hba.conf
  [ "$POSTGRES_DB" = postgres ] || echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -j -D $data postgres
fi
[ "${1:-}" != postgres ] || shift
exec postgres -D $data -c listen_addresses='*' -c jit=off -c unix_socket_directories=/run/postgresql "$@"
ENTRY
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
  chown -R 999:999 "$root/var/lib/postgresql" "$root/run/postgresql"
  import "$root" "$name" "ENV PATH=$programs_of_postgres:/usr/local/bin:/usr/bin:/bin" 'USER 999:999' 'VOLUME /var/lib/postgresql/data' 'ENTRYPOINT ["docker-entrypoint.sh"]'
}
