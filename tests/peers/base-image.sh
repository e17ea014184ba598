#!/bin/sh
# Makes a base image that .NET containers run on, without any registry: an operating system of Debian packages, and this
# machine's .NET. Three plain gzip layers, as a public base image has them.
#
#   base-image.sh FOLDER     writes FOLDER/oci, an OCI image layout with the tag "base"; packages are kept in FOLDER/debs
set -eu
mkdir -p "$1/debs"
cd "$1"
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
export DEBIAN_FRONTEND=noninteractive

ls debs/*.deb >/dev/null 2>&1 || (cd debs && apt-get -qq download \
  base-files ca-certificates libc6 libgcc-s1 libicu72 libssl3 libstdc++6 netbase tzdata zlib1g)

rm -rf system runtime aspnet oci
mkdir -p system/app system/usr/bin system/usr/sbin system/usr/lib system/usr/lib64 system/etc/ssl/certs
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "system/$folder"; done
for deb in debs/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C system
done
# What the packages' own scripts would have made.
cat system/usr/share/ca-certificates/mozilla/*.crt > system/etc/ssl/certs/ca-certificates.crt
printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654::/home/app:/bin/sh\n' > system/etc/passwd
printf 'root:x:0:\napp:x:1654:\n' > system/etc/group
chmod 1777 system/tmp

mkdir -p runtime/usr/bin runtime/usr/share/dotnet/shared aspnet/usr/share/dotnet/shared
cp -a "$dotnet/dotnet" "$dotnet/host" runtime/usr/share/dotnet/
cp -a "$dotnet/shared/Microsoft.NETCore.App" runtime/usr/share/dotnet/shared/
ln -s ../share/dotnet/dotnet runtime/usr/bin/dotnet
cp -a "$dotnet/shared/Microsoft.AspNetCore.App" aspnet/usr/share/dotnet/shared/

umoci init --layout oci
umoci new --image oci:base
for layer in system runtime aspnet; do umoci insert --image oci:base "$layer" /; done
umoci config --image oci:base --os linux --architecture "$(dpkg --print-architecture)" \
  --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  --config.env APP_UID=1654 --config.env ASPNETCORE_HTTP_PORTS=8080 --config.env DOTNET_RUNNING_IN_CONTAINER=true
umoci gc --layout oci
rm -rf system runtime aspnet
