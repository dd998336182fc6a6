import { say } from '../shell/settings.ts';

/** What a tab says that has nothing to show. */
export function Nothing() {
  return <p class="nothing">{say('nothing')}</p>;
}
