import { onBeforeRouteUpdate } from 'vue-router';

/** useOtherAccount: a rule belongs to one account. Who chooses another while it is open goes to the rules of that one. */
export function useOtherAccount() {
  onBeforeRouteUpdate((to, from) => (to.query.account === from.query.account ? true : { name: 'rules', query: { account: to.query.account } }));
}
