# A PostgreSQL server that lives as long as this script's stdin: however the test ends, the pipe closes.
# $1: port; $2: folder for its files; $3: `tls`, or nothing. A line on stdin says that the files are needed again.
set -eu
PATH="$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1):$PATH"
home=$2
if [ ! -d "$home" ]; then
    mkdir "$home"
    echo secret >"$home/password"
    initdb --pgdata="$home/data" --username=switchboard --pwfile="$home/password" \
        --auth=scram-sha-256 --encoding=UTF8 --no-sync >/dev/null
    if [ "$3" = tls ]; then
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE \
            -keyout "$home/data/server.key" -out "$home/server.crt" 2>/dev/null
        chmod 600 "$home/data/server.key"
        cp "$home/server.crt" "$home/data/server.crt"
        echo 'ssl = on' >>"$home/data/postgresql.conf"
    fi
fi
rm -f "$home/data/postmaster.pid"
postgres -D "$home/data" -p "$1" -k "$home" -c listen_addresses=127.0.0.1 -c fsync=off >"$home/log" 2>&1 &
server=$!
keep=
read -r keep || true
kill -QUIT "$server"
kill -CONT "$server"
wait "$server" || true
[ -n "$keep" ] || rm -rf "$home"
