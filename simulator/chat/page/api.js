// Calls of the simulator's JSON API.
export class ApiError extends Error {}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method, headers: body ? { 'Content-Type': 'application/json' } : {}, body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new ApiError('network');
  }
  if (response.status === 204) return null;
  const data = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(data?.message ?? `HTTP ${response.status}`);
  return data;
}

const query = (values) => new URLSearchParams(values).toString();

export const accounts = (citizen) => call('GET', `/simulator/accounts?${query({ citizen })}`);
export const citizens = () => call('GET', '/simulator/citizens');
export const newCitizen = () => call('POST', '/simulator/citizens');
export const chat = (citizen, appID) => call('GET', `/simulator/chat?${query({ citizen, app_id: appID })}`);
export const send = (action) => call('POST', '/simulator/send', action);
export const repeat = (citizen, appID, entry) => call('POST', '/simulator/repeat', { citizen, app_id: appID, entry });
export const consent = (citizen, appID, answers) => call('POST', '/simulator/consent', { citizen, app_id: appID, answers });
export const act = (citizen, appID, msgid, action) => call('POST', '/simulator/act', { citizen, app_id: appID, msgid, action });
export const mediaURL = (appID, id) => `/simulator/media/${encodeURIComponent(appID)}/${encodeURIComponent(id)}`;

// listen calls back with every live event; the browser reconnects by itself.
export function listen(citizen, onEvent, onState) {
  const source = new EventSource(`/simulator/events?${query({ citizen })}`);
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  return () => source.close();
}
