# Installed under the data folder as nginx/, from where `stoad --nginx` reads them.
nobase_dist_pkgdata_DATA += nginx/nginx.conf.in
nobase_dist_pkgdata_DATA += nginx/redirect.conf.in
nobase_dist_pkgdata_DATA += nginx/pool.conf.in
nobase_dist_pkgdata_DATA += nginx/door.conf.in
nobase_dist_pkgdata_DATA += nginx/problem.conf.in
nobase_dist_pkgdata_DATA += nginx/headers.conf.in
nobase_dist_pkgdata_DATA += nginx/fastcgi.conf
nobase_dist_pkgdata_DATA += nginx/cache.conf
nobase_dist_pkgdata_DATA += nginx/html/index.html
nobase_dist_pkgdata_DATA += nginx/html/console/index.html
nobase_dist_pkgdata_DATA += nginx/html/console/icon.svg
nobase_dist_pkgdata_DATA += nginx/html/console/page.css
nobase_dist_pkgdata_DATA += nginx/html/console/page.js
