export const text = {
  title: { en: 'Words', zh: '文字' },
  see: {
    en: 'Write a film review in English and a network judges it while you write: 0 for bad, 1 for good. It was trained on 25,000 reviews of IMDB. Each word is coloured by what it does to the judgement: the score with it less the score without it.',
    zh: '用英文写一段影评，网络边写边判断：0 为差评，1 为好评。它在 IMDB 的 25,000 条影评上训练过。每个词按它对判断的作用着色：有它时的分数减去没有它时的分数。',
  },
  question: {
    en: 'Write a review that you know is good and the network takes for bad. Which words trick it? It only knows which words are there, not their order: what does that do to “not good, bad” and “not bad, good”?',
    zh: '写一段您知道是好评、网络却认为是差评的影评。是哪些词骗了它？它只知道有哪些词，不知道顺序：那么 “not good, bad” 和 “not bad, good” 对它有什么不同？',
  },
  review: { en: 'Your review, in English', zh: '您的影评（英文）' },
  examples: { en: 'Examples', zh: '例子' },
  names: {
    praise: { en: 'praise', zh: '赞扬' },
    blame: { en: 'blame', zh: '批评' },
    mixed: { en: 'both', zh: '有褒有贬' },
    irony: { en: 'irony', zh: '反讽' },
    order: { en: 'order of words', zh: '词序' },
  },
  judgement: { en: 'The judgement', zh: '判断' },
  nothing: { en: 'Write something.', zh: '请写点什么。' },
  unknown: { en: 'It knows none of these words yet.', zh: '这些词它一个也不认识。' },
  good: { en: 'Good: {share} sure', zh: '好评：把握 {share}' },
  bad: { en: 'Bad: {share} sure', zh: '差评：把握 {share}' },
  unsure: { en: 'Undecided: {share} good', zh: '难以判断：{share} 好评' },
  badEnd: { en: 'bad', zh: '差' },
  goodEnd: { en: 'good', zh: '好' },
  said: { en: 'Word by word', zh: '逐词来看' },
  saidNote: {
    en: 'Orange and underlined twice pulls towards bad, blue and underlined once towards good; dotted words are not among those it knows.',
    zh: '橙色双下划线拉向差评，蓝色单下划线拉向好评；虚线的词它不认识。',
  },
  tipped: { en: 'The words that tipped it', zh: '起决定作用的词' },
  tippedNote: {
    en: 'By how much the score changes when the word is left out. A score of 0 is undecided, 2 is 88 % sure, 4 is 98 %.',
    zh: '去掉这个词，分数改变多少。0 分为不确定，2 分为 88 % 把握，4 分为 98 %。',
  },
  without: { en: 'Leave out “{word}”', zh: '去掉 “{word}”' },
  network: {
    en: 'The network: {words} words in, two layers of 16, one number out, as in Keras’ course. It judges {share} % of 25,000 test reviews right.',
    zh: '网络：输入 {words} 个词，两层各 16 个神经元，输出一个数，与 Keras 教程相同。25,000 条测试影评中判断对 {share} %。',
  },
  pulls: { en: '“{word}” pulls by {pull}', zh: '“{word}” 的作用 {pull}' },
};

/** Reviews to begin with. */
export const examples = {
  praise:
    'A wonderful film. The acting is superb, the story is moving and beautifully told, and the ending stays with you for days. One of the best I have seen this year.',
  blame:
    'What a waste of time. The plot is predictable, the dialogue is awful and the acting is even worse. I was bored after ten minutes and nearly walked out.',
  mixed:
    'The first half is brilliant and the music is lovely, but then it loses its way. Some scenes are dull, the villain is ridiculous, and still I enjoyed most of it.',
  irony:
    'Oh great, another masterpiece about a car that explodes. If you love two hours of noise, this is a perfect evening.',
  order: 'Not bad at all. I expected nothing good, and it was not boring for a minute.',
} as const;
