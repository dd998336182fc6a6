import { render } from 'preact';
import { App } from './shell/app.tsx';
import { isolate } from './shell/isolation.ts';
import { keepShell } from './shell/keep.ts';

if (!(await isolate())) {
  const root = document.getElementById('app');
  if (root) render(<App />, root);
  void keepShell();
}
