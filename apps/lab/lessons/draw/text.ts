export const text = {
  title: { en: 'Draw a digit', zh: '写一个数字' },
  see: {
    en: 'Draw with mouse, finger or pen. While you draw, a small network reads along: on the right is what it sees and what it believes.',
    zh: '用鼠标、手指或触控笔书写。您一边写，一个小网络一边认：右边是它看到的图和它的判断。',
  },
  question: {
    en: 'Draw a 4 and close it at the top, stroke by stroke: from where on is it a 9 for the network? And for you? Which feature maps change at that moment?',
    zh: '写一个“4”，再一笔一笔把顶部封口：从哪里开始网络认为它是“9”？您自己呢？那一刻哪些特征图变了？',
  },
  pad: { en: 'Your digit', zh: '您写的数字' },
  clear: { en: 'Clear', zh: '清除' },
  undo: { en: 'Undo', zh: '撤销' },
  pen: { en: 'Pen', zh: '笔的粗细' },
  orPaste: {
    en: 'A photo of one digit on paper works, too: open it, paste it, or drop it here.',
    zh: '也可以用纸上一个数字的照片：打开、粘贴或拖到这里。',
  },
  sees: { en: 'What the network sees', zh: '网络看到的' },
  seesNote: {
    en: '28 × 28 numbers from 0 to 1. As in MNIST, the digit is scaled into 20 × 20 and its centre of mass put in the middle.',
    zh: '28 × 28 个 0 到 1 的数。与 MNIST 一样，数字缩放到 20 × 20，并把重心移到中央。',
  },
  believes: { en: 'What it believes', zh: '它的判断' },
  nothing: { en: 'Draw something', zh: '请写点什么' },
  verdict: { en: 'It reads a {digit}, {share} sure.', zh: '认为是 {digit}，把握 {share}。' },
  wasA: { en: 'It was a', zh: '其实是' },
  keepNote: {
    en: 'Name your digit to keep it. Kept digits stay in this browser; the network can learn from them.',
    zh: '说出它是几，就把它留下。留下的数字只存在本浏览器里，网络可以从中学习。',
  },
  kept: { en: '{n} kept', zh: '已留下 {n} 个' },
  dropLast: { en: 'Forget the last', zh: '删掉最后一个' },
  dropAll: { en: 'Forget all', zh: '全部删掉' },
  learn: { en: 'Learn from them', zh: '从中学习' },
  learning: { en: 'Learning…', zh: '正在学习…' },
  learned: {
    en: 'Read right of your {n} digits: {before} before, {after} now.',
    zh: '您的 {n} 个数字中认对的：之前 {before} 个，现在 {after} 个。',
  },
  reset: { en: 'Back to the first network', zh: '恢复最初的网络' },
  maps: { en: 'Inside: feature maps', zh: '内部：特征图' },
  mapsNote: {
    en: 'Each small picture is one channel: bright where its kernel found what it looks for. The further in, the coarser the place and the richer the meaning.',
    zh: '每张小图是一个通道：卷积核找到所要的东西，那里就亮。越往里，位置越粗，含义越丰富。',
  },
  layer: {
    conv1: { en: '8 kernels of 3 × 3: edges and strokes', zh: '8 个 3 × 3 的卷积核：边缘与笔画' },
    pool1: { en: 'Largest of each 2 × 2', zh: '每 2 × 2 取最大' },
    conv2: {
      en: '16 kernels over all 8 channels: corners, arcs',
      zh: '16 个卷积核看全部 8 个通道：拐角、弧线',
    },
    pool2: {
      en: 'Largest of each 2 × 2: goes to the last layers',
      zh: '每 2 × 2 取最大：送往最后几层',
    },
  } as Record<string, { en: string; zh: string }>,
  channel: { en: '{layer}, channel {n}', zh: '{layer}，通道 {n}' },
};
