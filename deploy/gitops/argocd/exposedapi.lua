-- Health of an ExposedAPI, or of the older kind API, for Argo CD. docs/gitops.md has the table of reasons.
-- Argo CD runs this with Lua's base and table libraries only, and says by itself that a resource in deletion is progressing.

-- Reasons of the condition Ready that pass without a person. Every other one is degraded, reasons of later releases too.
local PASSING = {
  Registering = true,
  NoReadyEndpoints = true,
  GatewayAddressUnknown = true,
  External = true,
  Removing = true,
  Removed = true,
  Released = true,
}

local status = obj.status or {}
local spec = obj.spec or {}
local conditions = {}
if type(status.conditions) == "table" then
  for _, one in ipairs(status.conditions) do
    if type(one) == "table" and one.type ~= nil then
      conditions[one.type] = one
    end
  end
end

-- What the gateway has confirmed may be older than the spec, for a moment.
local function isOutdated()
  local generation = status.observedGeneration
  if generation ~= nil and generation ~= obj.metadata.generation then
    return true
  end
  local apig = status.apig
  if type(apig) ~= "table" or apig.state ~= "Registered" or type(apig.registered) ~= "table" then
    return false
  end
  local sent = apig.registered
  return sent.path ~= spec.path or sent.implementation ~= spec.implementation or sent.port ~= spec.port
end

local registered, ready = conditions.Registered, conditions.Ready
if ready == nil then
  return { status = "Progressing", message = "Waiting for apig-orchestrator to say something about this API." }
end
if registered ~= nil and registered.reason == "Paused" then
  return { status = "Suspended", message = registered.message }
end
if isOutdated() then
  return { status = "Progressing", message = "The spec has changed. Waiting for apig-orchestrator to follow." }
end
if ready.status == "True" then
  return { status = "Healthy", message = ready.message }
end
if PASSING[ready.reason] then
  return { status = "Progressing", message = ready.message }
end
return { status = "Degraded", message = ready.message }
