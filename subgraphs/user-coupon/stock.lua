-- The fast gate in front of the claims of one template: which serial is free, and which places of a person are taken.
-- It can be wrong, because it may be lost at any moment; unique keys in MongoDB are the law, and the gate is rebuilt from there.
-- It keeps slot -> serial and serial -> claimant, never counts, so that everybody can free exactly what is their own.
--
-- KEYS, all with the template's hash tag, so that they lie on one node of a Redis Cluster:
--   1 gate   hash: epoch (random; missing while the gate is not right), stock, next (lowest serial never given out)
--   2 held   hash of this epoch: serial -> 'at<newline>slots<newline>claimant', places taken and not yet committed
--   3 slots  hash of this epoch: 'slot owner' -> serial
--   4 free   sorted set of this epoch: serials that came back
--   5 keys   hash of this epoch: claimant -> serial, for as long as it is held
--   6 lock   string: who rebuilds the gate right now
-- A claimant is an owner and an idempotency key in one string; slots are joined by one space; instants are Unix milliseconds.
--
-- ARGV: operation, then its own arguments. Every operation but install, stop and raise begins with the caller's epoch and
-- answers {'REBUILD'} when the gate has none, {'EPOCH', current} when it has another.
--   take     epoch, now, stock, number of limits, (prefix, max)*, (claimant, owner)*
--            one answer for each claimant, in their order, its parts apart by line breaks:
--            'TAKEN', serial, slots           also for a claimant that holds a place already: the stored one
--            'LIMIT_REACHED', unused          a limit of the owner is full of coupons; unused: 'place serial' for each place among
--                                             those held unused where nothing else is full: one whose coupon was used since
--                                             may be vacated
--            'LIMIT_REACHED_FOR_NOW', unused  the same, but one of the places is only held
--            'SOLD_OUT'                       every serial is a coupon
--            'SOLD_OUT_FOR_NOW'               the same, but some are only held
--   confirm  epoch, (serial, claimant, owner, slots)*   the coupon is committed; also for places of an earlier epoch
--            {'DONE'}
--   free     epoch, (serial, claimant, owner)*          no coupon came of it; frees only what this claimant holds
--            {'DONE'}
--   vacate   epoch, (place, owner, serial)*             the coupon is not held unused any more; only if the place is still its
--            {'DONE'}
--   mend     epoch, (serial, claimant, owner)*          the serial is somebody else's coupon: not to be given out again
--            {'DONE'}
--   install  lock token, epoch, stock, next             the rebuilt gate opens; {'INSTALLED'}, or {'LOST'} without the lock
--   stop     epoch                                      closes the gate of this epoch until it is rebuilt; {'DONE'}
--   raise    stock                                      absolute, never lower; {'DONE'}

local gate, held, slots, free, keys, lock = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local operation = ARGV[1]

local function split(entry)
  local first = string.find(entry, '\n', 1, true)
  local second = string.find(entry, '\n', first + 1, true)
  return string.sub(entry, 1, first - 1), string.sub(entry, first + 1, second - 1), string.sub(entry, second + 1)
end

-- Takes what the claimant holds under a serial out of the gate; false when somebody else or nobody holds it.
local function drop(serial, claimant, owner)
  local entry = redis.call('HGET', held, serial)
  if not entry then return false end
  local _, places, holder = split(entry)
  if holder ~= claimant then return false end
  redis.call('HDEL', held, serial)
  redis.call('HDEL', keys, claimant)
  for place in string.gmatch(places, '%S+') do
    local field = place .. ' ' .. owner
    if redis.call('HGET', slots, field) == serial then redis.call('HDEL', slots, field) end
  end
  return true
end

-- No serial up to this one is given out by counting any more.
local function countPast(serial)
  redis.call('ZREM', free, serial)
  local next = tonumber(redis.call('HGET', gate, 'next'))
  local number = tonumber(serial)
  if number >= next then
    for between = next, number - 1 do redis.call('ZADD', free, between, between) end
    redis.call('HSET', gate, 'next', number + 1)
  end
end

if operation == 'install' then
  if redis.call('GET', lock) ~= ARGV[2] then return { 'LOST' } end
  redis.call('DEL', gate)
  redis.call('HSET', gate, 'epoch', ARGV[3], 'stock', ARGV[4], 'next', ARGV[5])
  redis.call('DEL', lock)
  return { 'INSTALLED' }
end

if operation == 'stop' then
  if redis.call('HGET', gate, 'epoch') == ARGV[2] then
    redis.call('HDEL', gate, 'epoch')
    redis.call('HSET', gate, 'old', ARGV[2])
  end
  return { 'DONE' }
end

if operation == 'raise' then
  local stock = redis.call('HGET', gate, 'stock')
  if stock and tonumber(ARGV[2]) > tonumber(stock) then redis.call('HSET', gate, 'stock', ARGV[2]) end
  return { 'DONE' }
end

local epoch = redis.call('HGET', gate, 'epoch')
if not epoch then return { 'REBUILD' } end
if epoch ~= ARGV[2] then return { 'EPOCH', epoch } end

if operation == 'take' then
  local now = ARGV[3]
  local stock = tonumber(redis.call('HGET', gate, 'stock'))
  if tonumber(ARGV[4]) > stock then
    stock = tonumber(ARGV[4])
    redis.call('HSET', gate, 'stock', ARGV[4])
  end
  local limits, first = {}, 6 + 2 * tonumber(ARGV[5])
  for i = 6, first - 1, 2 do limits[#limits + 1] = { prefix = ARGV[i], max = tonumber(ARGV[i + 1]) } end

  -- The lowest free place in every limit; nil and the refusal when one of them is full.
  local function freePlaces(owner)
    local places, full, forNow, unused, others = {}, false, false, {}, false
    for _, limit in ipairs(limits) do
      local place = nil
      local onlyHeld = false
      local occupied = {}
      for n = 1, limit.max do
        local candidate = limit.prefix .. ':' .. n
        local serial = redis.call('HGET', slots, candidate .. ' ' .. owner)
        if not serial then
          place = candidate
          break
        end
        if redis.call('HEXISTS', held, serial) == 1 then
          onlyHeld = true
        else
          occupied[#occupied + 1] = candidate .. ' ' .. serial
        end
      end
      if place then
        places[#places + 1] = place
      else
        full = true
        forNow = forNow or onlyHeld
        if limit.prefix == 'H' then unused = occupied else others = true end
      end
    end
    if not full then return places end
    local refusal = forNow and 'LIMIT_REACHED_FOR_NOW' or 'LIMIT_REACHED'
    return nil, refusal .. '\n' .. (others and '' or table.concat(unused, ' '))
  end

  local function takeOne(claimant, owner)
    local mine = redis.call('HGET', keys, claimant)
    local entry = mine and redis.call('HGET', held, mine)
    if entry then
      local _, places = split(entry)
      return 'TAKEN\n' .. mine .. '\n' .. places
    end
    local places, refusal = freePlaces(owner)
    if not places then return refusal end

    local serial = redis.call('ZPOPMIN', free)[1]
    if not serial then
      local next = tonumber(redis.call('HGET', gate, 'next'))
      if next > stock then return redis.call('HLEN', held) > 0 and 'SOLD_OUT_FOR_NOW' or 'SOLD_OUT' end
      redis.call('HSET', gate, 'next', next + 1)
      serial = string.format('%.0f', next)
    end
    local joined = table.concat(places, ' ')
    redis.call('HSET', held, serial, now .. '\n' .. joined .. '\n' .. claimant)
    redis.call('HSET', keys, claimant, serial)
    for _, place in ipairs(places) do redis.call('HSET', slots, place .. ' ' .. owner, serial) end
    return 'TAKEN\n' .. serial .. '\n' .. joined
  end

  local answers = {}
  for i = first, #ARGV, 2 do answers[#answers + 1] = takeOne(ARGV[i], ARGV[i + 1]) end
  return answers
end

if operation == 'confirm' then
  for i = 3, #ARGV, 4 do
    local serial, claimant, owner, places = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    drop(serial, claimant, owner)
    countPast(serial)
    for place in string.gmatch(places, '%S+') do redis.call('HSET', slots, place .. ' ' .. owner, serial) end
  end
  return { 'DONE' }
end

if operation == 'free' then
  for i = 3, #ARGV, 3 do
    if drop(ARGV[i], ARGV[i + 1], ARGV[i + 2]) then redis.call('ZADD', free, ARGV[i], ARGV[i]) end
  end
  return { 'DONE' }
end

if operation == 'vacate' then
  for i = 3, #ARGV, 3 do
    local field = ARGV[i] .. ' ' .. ARGV[i + 1]
    if redis.call('HGET', slots, field) == ARGV[i + 2] then redis.call('HDEL', slots, field) end
  end
  return { 'DONE' }
end

if operation == 'mend' then
  for i = 3, #ARGV, 3 do
    drop(ARGV[i], ARGV[i + 1], ARGV[i + 2])
    countPast(ARGV[i])
  end
  return { 'DONE' }
end

return redis.error_reply('stock.lua: no such operation: ' .. tostring(operation))
