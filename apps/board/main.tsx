import { render } from 'preact';
import './board.css';
import { runList, startLoading } from './shell/data.ts';
import { Header } from './shell/header.tsx';
import { RunList } from './shell/run-list.tsx';
import { say, type TabName, tab } from './shell/settings.ts';
import { Curves } from './tabs/curves.tsx';
import { Graph } from './tabs/graph.tsx';
import { Histograms } from './tabs/histograms.tsx';
import { Hparams } from './tabs/hparams.tsx';
import { Images } from './tabs/images.tsx';
import { Projector } from './tabs/projector.tsx';
import { Samples } from './tabs/samples.tsx';
import { Scalars } from './tabs/scalars.tsx';
import { Texts } from './tabs/texts.tsx';

const contents: Readonly<Record<TabName, () => preact.JSX.Element>> = {
  scalars: Scalars,
  images: Images,
  histograms: Histograms,
  texts: Texts,
  graph: Graph,
  hparams: Hparams,
  curves: Curves,
  projector: Projector,
  samples: Samples,
};

function Board() {
  const list = runList.value;
  const Content = contents[tab.value];
  const isEmpty = list !== null && !list.loading && list.runs.length === 0;
  return (
    <>
      <Header />
      <RunList />
      <main>
        <div id="content" role="tabpanel" tabIndex={-1} aria-labelledby={`tab-${tab.value}`}>
          {list === null || list.loading ? <p class="nothing">{say('loading')}</p> : null}
          {isEmpty ? <p class="nothing">{say('empty')}</p> : list && <Content />}
        </div>
      </main>
    </>
  );
}

startLoading();
render(<Board />, document.getElementById('board') as HTMLElement);
