/**
 * What every link of version 2 says, so that a link need not say it: deflate refers to this text instead of repeating it.
 * A link can be read only with the text that it was written with: never change a character of it.
 */
export const LINK_DICTIONARY = [
  '"oracle-bon""soft-bon""wco""uwo""advice""top-k""top-p""min-p""numbers""table""probability""kl""entropy""fallible"',
  '"opening":{"tokens":[],"text":"',
  '"sources":[{"id":"s1","name":"","type":"contrastive","better":"","worse":""},{"id":"s2","type":"rule","rule":',
  '{"version":1,"settings":{"version":1,"kind":"story","prompts":{"story":"One rainy morning a small hedgehog named ',
  'Bramble found a key under a leaf.","advice":"How do I light a campfire?"},"sources":[],"weights":{"joy":0,',
  '"adventure":1.9,"dialogue":0,"detail":0,"helpful":2.3,"cautious":0},"strength":2.5,"temperature":1,',
  '"truncation":"none","topK":40,"topP":0.95,"minP":0.05,"maxTokens":240,"n":8,"k":20,"seed":94,"seedLocked":true,',
  '"lanes":[{"id":"a","name":"","strategy":"base","strength":null,"temperature":null,"n":null,"k":null,',
  '"weights":null,"ensemble":"mean","lambda":1,"opening":null},{"id":"b","name":"","strategy":"genarm",',
  '"strength":null,"temperature":null,"n":null,"k":null,"weights":null,"ensemble":"mean","lambda":1,"opening":null},',
  '{"id":"c","name":"","strategy":"vas","strength":null,"temperature":null,"n":null,"k":null,"weights":null,',
  '"ensemble":"mean","lambda":1,"opening":null},{"id":"d","name":"","strategy":"bon","strength":null,',
  '"temperature":null,"n":null,"k":null,"weights":null,"ensemble":"mean","lambda":1,"opening":null}],',
  '"judge":"judge"},"view":{"quantity":"push","textView":"text"},"models":"',
].join("");
