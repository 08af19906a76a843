-- Health of a Component for Argo CD, whoever turns Components into ExposedAPIs. docs/gitops.md has the table of reasons.
-- Argo CD runs this with Lua's base and table libraries only, and says by itself that a resource in deletion is progressing.

local status = obj.status or {}
local conditions = {}
if type(status.conditions) == "table" then
  for _, one in ipairs(status.conditions) do
    if type(one) == "table" and one.type ~= nil then
      conditions[one.type] = one
    end
  end
end

-- apig-orchestrator writes these two conditions only as the component controller.
local created, ready = conditions.ExposedAPIsCreated, conditions.Ready
if created ~= nil and created.status == "False" then
  if created.reason == "WaitingForDeletion" then
    return { status = "Progressing", message = created.message }
  end
  return { status = "Degraded", message = created.message }
end
if created ~= nil and ready ~= nil and ready.status ~= "True" then
  return { status = "Progressing", message = ready.message }
end

local summary = status["summary/status"]
local stage = type(summary) == "table" and summary.deployment_status or nil
if stage == "Complete" then
  return { status = "Healthy", message = "Every API has its URL and is ready." }
end
if stage == nil then
  return { status = "Progressing", message = "Waiting for the component controller to say something about this Component." }
end
return { status = "Progressing", message = "The deployment is at " .. tostring(stage) .. "." }
