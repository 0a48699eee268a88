# One image for the gateway and every subgraph; the command says which. MongoDB and Redis are given by settings.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# With the optional packages: the compiler itself comes as one.
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY schema ./schema
COPY subgraphs ./subgraphs
COPY gateway ./gateway
COPY clients ./clients
RUN npm run build

# Without the embedded stores: they are for a machine that has none, and 430 MB.
FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional

FROM node:20-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/dist ./dist
# What is read from disk at run time lies beside the sources: the supergraph, Lua scripts, the clients' operations, the IDE's example.
COPY --from=build /app/schema ./schema
COPY --from=build /app/subgraphs ./subgraphs
COPY --from=build /app/gateway ./gateway
COPY --from=build /app/clients/operations ./clients/operations
COPY --from=build /app/clients/demo/flash-sale.json /app/clients/demo/skus.json ./clients/demo/
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/gateway/main.js"]
