module

public import PCM.Universal

/-!
# Networks in fixed point

A small neural network whose weights, biases and values are whole numbers. After each layer's sum a power of two is
divided out and the result rounded down, so that the network is one exact function: whoever evaluates it, in whatever
order, finds the same score. It is this function that a certificate speaks about, and not the network of floating-point
numbers from which it was rounded.
-/

@[expose] public noncomputable section

namespace PCM

/-- The sum of the products, as far as both lists go. -/
def dot : List Int → List Int → Int
  | w :: weights, h :: values => w * h + dot weights values
  | _, _ => 0

/-- One layer: a row of weights and a bias for each of its outputs. -/
structure Layer where
  /-- For each output, one weight per input. -/
  weights : List (List Int)
  /-- For each output, what is added to the sum. -/
  biases : List Int
  /-- The sum is divided by this power of two and rounded down. -/
  shift : Nat

/-- From input values `h`, the output `⌊(Σᵢ wᵢ hᵢ + b) / 2^shift⌋` for every row of weights `w` and its bias `b`. (Division
of integers by a positive number rounds down.) -/
def Layer.outputs (layer : Layer) (h : List Int) : List Int :=
  List.zipWith (fun w b => (dot w h + b) / 2 ^ layer.shift) layer.weights layer.biases

/-- Layers, the first of which reads the features. -/
structure Network where
  /-- From the features to the score. -/
  layers : List Layer

/-- Every layer but the last is followed by `max 0`. -/
def Network.outputs : List Layer → List Int → List Int
  | [], h => h
  | [last], h => last.outputs h
  | layer :: rest, h => Network.outputs rest ((layer.outputs h).map (max 0))

/-- The score at a point: the first output of the last layer. A network that is not `WellFormed` has a score as well (rows
and values that find no partner are passed over, and a score that is missing is 0), but no checker here accepts one. -/
def Network.eval (n : Network) (x : List Nat) : Int := (Network.outputs n.layers (x.map Int.ofNat)).headD 0

/-- The layer reads `inputs` values: every row has that many weights, and there is one bias per row. -/
def Layer.Reads (layer : Layer) (inputs : Nat) : Prop :=
  layer.weights.length = layer.biases.length ∧ ∀ row ∈ layer.weights, row.length = inputs

/-- Every layer reads what the one before it gives, and the last has one output. -/
def Network.Fits : List Layer → Nat → Prop
  | [], _ => False
  | [last], inputs => last.Reads inputs ∧ last.weights.length = 1
  | layer :: rest, inputs => layer.Reads inputs ∧ Network.Fits rest layer.weights.length

/-- The network maps points with that many features to one score, and no number in it is passed over. -/
def Network.WellFormed (n : Network) (features : Nat) : Prop := Network.Fits n.layers features

end PCM
