import { connection, isExported, runList } from './data.ts';
import {
  chosenLanguage,
  chosenTheme,
  language,
  say,
  type TabName,
  type ThemeName,
  tab,
  tabNames,
} from './settings.ts';
import type { Language } from './texts.ts';

/** What a run has to hold for a tab to have something to show. */
const kindOf: Readonly<Record<TabName, string>> = {
  scalars: 'scalar',
  images: 'image',
  histograms: 'histogram',
  texts: 'text',
  graph: 'graph',
  hparams: 'hparams',
  curves: 'curve',
  projector: 'embedding',
  samples: 'samples',
};

/** Title, tabs, language and theme. */
export function Header() {
  const list = runList.value;
  const isUsed = (name: TabName): boolean =>
    list?.runs.some(({ tags }) => tags[kindOf[name]]?.length) ?? false;
  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabNames.indexOf(tab.value) + step + tabNames.length;
    tab.value = tabNames[at % tabNames.length];
    document.getElementById(`tab-${tab.value}`)?.focus();
  };
  const status = isExported ? 'exported' : connection.value === 'live' ? 'live' : 'notLive';
  return (
    <header class="top">
      <button class="skip" type="button" onClick={skip}>
        {say('skip')}
      </button>
      <h1>
        Gradus <span>{say('title')}</span>
      </h1>
      <div role="tablist" aria-label={say('tabs')} onKeyDown={move}>
        {tabNames.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            class={isUsed(name) ? '' : 'unused'}
            aria-selected={tab.value === name}
            aria-controls="content"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {say(name)}
          </button>
        ))}
      </div>
      <div class="settings">
        <output class={`status ${status}`} title={list?.folder}>
          {say(status)}
        </output>
        <select
          aria-label={say('language')}
          value={language}
          onChange={(event) => {
            chosenLanguage.value = event.currentTarget.value as Language;
          }}
        >
          <option value="en">English</option>
          <option value="zh-CN">中文</option>
        </select>
        <select
          aria-label={say('theme')}
          value={chosenTheme.value ?? ''}
          onChange={(event) => {
            chosenTheme.value = (event.currentTarget.value || null) as ThemeName | null;
          }}
        >
          <option value="">{say('system')}</option>
          <option value="light">{say('light')}</option>
          <option value="dark">{say('dark')}</option>
        </select>
      </div>
    </header>
  );
}

/** No link, since the address after # names the tab. */
const skip = (): void => document.getElementById('content')?.focus();
