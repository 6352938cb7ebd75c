import { onBeforeRouteUpdate } from 'vue-router';

/** useOtherAccount: a rule, or a case, belongs to one account. Who chooses another while it is open goes to the list of that one. */
export function useOtherAccount(list: 'rules' | 'cases') {
  onBeforeRouteUpdate((to, from) => (to.query.account === from.query.account ? true : { name: list, query: { account: to.query.account } }));
}
