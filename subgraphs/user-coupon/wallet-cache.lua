-- First pages of wallets, kept for a moment. MongoDB is the truth: any of this may be lost at any time. Redis runs this script
-- alone, so what a reader sees of a wallet is of one moment.
--
-- A writer marks the wallets it moves coupons in before it commits, and lifts its mark when the outcome is known. A mark drops
-- the pages; while there is one nobody reads or keeps any. A writer that dies leaves a mark that lapses. A reader who finds no
-- page is told a generation, which goes with the pages; a page read from MongoDB is kept only under the generation that its
-- reader was told before reading, so that nothing that was read before a write is kept after it.
--
-- Marks may be lost with Redis: flushed, restarted with an old snapshot, replaced. So a life of Redis begins with a pause that
-- is longer than any write whose mark was lost in the one before, and pages of an earlier life do not exist.
--
-- KEYS: 1 life   hash: run (the run_id of the server), since
--       then for each wallet
--       pages    hash: life, generation (random), 'page <name>' of each page that is kept; lives as long as its generation
--       marks    sorted set: token of each write on its way, by the instant it lapses
-- Instants are Unix milliseconds of this server.
--
-- ARGV: operation, then its own arguments
--   look  run, pause ms, name of the page, a fresh generation, its lifetime in ms       of one wallet
--         {'KEPT', generation, page}
--         {'MISS', generation}           no such page; read it and keep it under this generation
--         {'NONE'}                       a write is on its way, or the life is young: nothing may be kept
--   keep  run, pause ms, name of the page, generation, the most pages of a wallet, page  of one wallet
--         {'DONE'}, or {'REFUSED'}: the generation is over, or there are as many pages already
--   mark  token, ms until it lapses      {'DONE'}
--   lift  token                          {'DONE'}

local operation = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if operation == 'mark' then
  local token, lapseMs = ARGV[2], tonumber(ARGV[3])
  for i = 2, #KEYS, 2 do
    redis.call('UNLINK', KEYS[i])
    redis.call('ZADD', KEYS[i + 1], now + lapseMs, token)
    redis.call('PEXPIRE', KEYS[i + 1], lapseMs)
  end
  return {'DONE'}
end

if operation == 'lift' then
  for i = 2, #KEYS, 2 do
    -- Also the pages: the mark may have lapsed, or never have been set.
    redis.call('UNLINK', KEYS[i])
    redis.call('ZREM', KEYS[i + 1], ARGV[2])
  end
  return {'DONE'}
end

local life, pages, marks = KEYS[1], KEYS[2], KEYS[3]
local run, pauseMs, name = ARGV[2], tonumber(ARGV[3]), 'page ' .. ARGV[4]

-- The life by name, nil while it is too young to keep anything.
local function currentLife()
  local known = redis.call('HMGET', life, 'run', 'since')
  if known[1] ~= run then
    redis.call('HSET', life, 'run', run, 'since', string.format('%.0f', now))
    return nil
  end
  if now < known[2] + pauseMs then return nil end
  return run .. ' ' .. known[2]
end

local function isMarked()
  local last = redis.call('ZREVRANGE', marks, 0, 0, 'WITHSCORES')
  return last[2] and tonumber(last[2]) > now
end

local current = currentLife()
if operation == 'look' then
  if not current or isMarked() then return {'NONE'} end
  local generation, lifetimeMs = ARGV[5], ARGV[6]
  local known = redis.call('HMGET', pages, 'life', 'generation', name)
  if known[1] ~= current then
    redis.call('UNLINK', pages)
    redis.call('HSET', pages, 'life', current, 'generation', generation)
    redis.call('PEXPIRE', pages, lifetimeMs)
    return {'MISS', generation}
  end
  if not known[3] then return {'MISS', known[2]} end
  return {'KEPT', known[2], known[3]}
end

if operation == 'keep' then
  local generation, most, page = ARGV[5], tonumber(ARGV[6]), ARGV[7]
  if not current or isMarked() then return {'REFUSED'} end
  local known = redis.call('HMGET', pages, 'life', 'generation', name)
  if known[1] ~= current or known[2] ~= generation then return {'REFUSED'} end
  if not known[3] and redis.call('HLEN', pages) >= most + 2 then return {'REFUSED'} end
  redis.call('HSET', pages, name, page)
  return {'DONE'}
end

return redis.error_reply('unknown operation ' .. tostring(operation))
