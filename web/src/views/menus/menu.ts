// A menu as a tree of places: which buttons there are, what may be done with one, how long names are.
import type { AccountMenu, MenuButton } from '@/api/menus';

/** Place is where a button stands: in the menu of everybody (set -1) or in that of a tag, its column, and its row or -1 for the column itself. */
export interface Place { set: number; column: number; row: number }

export const maxColumns = 3;
export const maxRows = 5;

/** types are what a button can do, the usual ones first; each has fields of its own. */
export const types = [
  'click', 'view', 'miniprogram', 'article_id', 'article_view_limited', 'media_id', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album',
  'pic_weixin', 'location_select',
] as const;

export type Field = 'key' | 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id';

export function fieldsOf(type: string): Field[] {
  switch (type) {
    case 'view': return ['url'];
    case 'miniprogram': return ['appid', 'pagepath', 'url'];
    case 'media_id': return ['media_id'];
    case 'article_id':
    case 'article_view_limited': return ['article_id'];
    case '': return [];
    default: return ['key'];
  }
}

export const maxBytes = (place: Place) => (place.row < 0 ? 16 : 60);

export const columnsOf = (menu: AccountMenu, set: number): MenuButton[] => (set < 0 ? menu.buttons : menu.conditional?.[set]?.buttons ?? []);

export function buttonAt(menu: AccountMenu, place: Place): MenuButton | undefined {
  const column = columnsOf(menu, place.set)[place.column];
  return place.row < 0 ? column : column?.buttons?.[place.row];
}

/** fieldAt is the server's word for a place: buttons[0].buttons[2]. */
export function fieldAt(place: Place): string {
  const columns = place.set < 0 ? 'buttons' : `conditional[${place.set}].buttons`;
  return `${columns}[${place.column}]${place.row < 0 ? '' : `.buttons[${place.row}]`}`;
}

/** placeOf is the place of a field the server names, or undefined where it is that of no button. */
export function placeOf(field: string): Place | undefined {
  const found = /^(?:conditional\[(\d+)\]\.)?buttons\[(\d+)\](?:\.buttons\[(\d+)\])?/.exec(field);
  if (!found) return undefined;
  return { set: found[1] === undefined ? -1 : Number(found[1]), column: Number(found[2]), row: found[3] === undefined ? -1 : Number(found[3]) };
}

export const same = (a: Place, b: Place) => a.set === b.set && a.column === b.column && a.row === b.row;

/** siblings is the list a button stands in. */
function siblings(menu: AccountMenu, place: Place): MenuButton[] {
  const columns = columnsOf(menu, place.set);
  return place.row < 0 ? columns : columns[place.column]?.buttons ?? [];
}

/** move puts a button one place on (1) or back (-1) among its siblings and returns where it stands then. */
export function move(menu: AccountMenu, place: Place, by: 1 | -1): Place {
  const list = siblings(menu, place);
  const from = place.row < 0 ? place.column : place.row;
  const to = from + by;
  if (to < 0 || to >= list.length) return place;
  [list[from], list[to]] = [list[to]!, list[from]!];
  return place.row < 0 ? { ...place, column: to } : { ...place, row: to };
}

/** remove takes a button away and returns the place to look at then: what stood after it, else before, else its column. */
export function remove(menu: AccountMenu, place: Place): Place | undefined {
  const list = siblings(menu, place);
  const at = place.row < 0 ? place.column : place.row;
  list.splice(at, 1);
  if (place.row >= 0 && list.length === 0) {
    delete columnsOf(menu, place.set)[place.column]!.buttons;
    return { ...place, row: -1 };
  }
  if (list.length === 0) return undefined;
  const next = Math.min(at, list.length - 1);
  return place.row < 0 ? { ...place, column: next } : { ...place, row: next };
}

/** addColumn and addRow make a button that sends a key no other of the menu has. */
export function addColumn(menu: AccountMenu, set: number): Place {
  const columns = columnsOf(menu, set);
  columns.push({ name: '', type: 'click', key: freeKey(columns) });
  return { set, column: columns.length - 1, row: -1 };
}

export function addRow(menu: AccountMenu, set: number, column: number): Place {
  const columns = columnsOf(menu, set);
  const above = columns[column]!;
  const first: MenuButton = { name: '', type: 'click', key: freeKey(columns) };
  if (!above.buttons?.length) {
    // What the column did itself goes to the first button below it, for it can do nothing any more.
    const { name, type, ...does } = above;
    columns[column] = { name, buttons: [type && type !== 'click' ? { name, type, ...does } : { ...first, key: above.key || first.key }] };
    return { set, column, row: 0 };
  }
  above.buttons.push(first);
  return { set, column, row: above.buttons.length - 1 };
}

function freeKey(columns: MenuButton[]): string {
  const taken = new Set(columns.flatMap((c) => [c.key, ...(c.buttons ?? []).map((b) => b.key)]));
  for (let n = 1; ; n++) if (!taken.has(`MENU_${n}`)) return `MENU_${n}`;
}
