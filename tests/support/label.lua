-- A site's Lua script, which sets a label on each stable study by the core's own route.
function OnStableStudy(studyId, tags, metadata)
  RestApiPut('/studies/' .. studyId .. '/labels/routed', '', true)
end
