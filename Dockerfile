# syntax=docker/dockerfile:1
# Three images from one file:
#   api, worker   `--target runtime` (the default): production packages and compiled code, not root
#   migrate       `--target migrate`: Prisma's command line and the migrations, runs once per release

ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS base
WORKDIR /app
ENV CI=true
# The package manager that wrote the lockfile.
RUN npm install --global pnpm@12.21.0

# Only the files that determine the packages, so that this layer is rebuilt only when a dependency changes.
FROM base AS manifests
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/api/package.json apps/api/
COPY apps/web/package.json apps/web/
COPY apps/worker/package.json apps/worker/
COPY packages/api-client/package.json packages/api-client/
COPY packages/conditions/package.json packages/conditions/
COPY packages/modules/package.json packages/modules/
COPY packages/platform/package.json packages/platform/
COPY packages/ui/package.json packages/ui/

FROM manifests AS build
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm/store pnpm install --frozen-lockfile
COPY . .
RUN node scripts/build.mjs

FROM manifests AS production-packages
RUN --mount=type=cache,id=pnpm,target=/root/.local/share/pnpm/store \
    pnpm install --frozen-lockfile --prod --filter "@pellucid/api..." --filter "@pellucid/worker..."

FROM build AS migrate
USER node
CMD ["node", "scripts/migrate.mjs"]

FROM node:${NODE_VERSION}-bookworm-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    PELLUCID_DATA_DIR=/data \
    PELLUCID_WEB_DIR=/app/apps/web/dist
RUN mkdir /data && chown node:node /data
COPY --from=production-packages /app ./
COPY --from=build /app/packages/conditions/dist packages/conditions/dist
COPY --from=build /app/packages/platform/dist packages/platform/dist
COPY --from=build /app/packages/modules/dist packages/modules/dist
COPY --from=build /app/apps/api/dist apps/api/dist
COPY --from=build /app/apps/worker/dist apps/worker/dist
COPY --from=build /app/apps/web/dist apps/web/dist
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The worker runs the same image with the command: node --enable-source-maps apps/worker/dist/main.js
CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]
