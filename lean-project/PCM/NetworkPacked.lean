module

public import PCM.Network

/-!
# Networks as certificates write them

Reading hundreds of signed numbers from a file takes Lean longer than checking them, so a row of weights is written as one
natural number.
-/

@[expose] public noncomputable section

namespace PCM

/-- Whole numbers in lanes of `bits` bits, the first one lowest; each is held greater by `2^(bits - 1)`. -/
def unpack (bits count : Nat) : Nat → List Int :=
  Nat.rec (motive := fun _ => Nat → List Int) (fun _ => [])
    (fun _ next packed =>
      Int.subNatNat (Nat.mod packed (Nat.pow 2 bits)) (Nat.pow 2 (Nat.sub bits 1)) :: next (Nat.shiftRight packed bits))
    count

/-- A layer of so many inputs, its rows of weights and its biases packed. -/
def Layer.packed (inputs bits : Nat) (rows : List Nat) (biasBits biases shift : Nat) : Layer where
  weights := rows.map (unpack bits inputs)
  biases := unpack biasBits rows.length biases
  shift := shift

end PCM
