/** A configuration that takes PUTs and answers GETs below `/`. */
export const NGINX_CONF = (port: number, folder: string): string => `
worker_processes auto;
daemon off;
master_process on;
pid ${folder}/nginx.pid;
user root;
events { worker_connections 8192; }
http {
  access_log off;
  sendfile on;
  tcp_nodelay on;
  keepalive_requests 100000000;
  client_max_body_size 0;
  client_body_buffer_size 64k;
  client_body_temp_path ${folder}/temporary;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} reuseport backlog=4096;
    root ${folder}/files;
    location / { dav_methods PUT; create_full_put_path on; }
  }
}
`
