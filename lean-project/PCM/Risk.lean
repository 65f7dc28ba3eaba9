module

public import PCM.Ensemble
public import PCM.Network

/-!
# The risk head

What a certificate says about risk, it says about one function from feature vectors to whole numbers: the *score*; the
greater, the likelier a failure of the potential. It was learned from the search observations; for the certificate it
does not matter how.
-/

@[expose] public noncomputable section

namespace PCM

/-- A model of the risk of failure. -/
inductive RiskHead where
  /-- A sum of decision trees. -/
  | trees (m : Ensemble)
  /-- A small neural network in fixed point. -/
  | network (n : Network)

/-- The score at a point of the feature space. -/
def RiskHead.score : RiskHead → List Nat → Int
  | .trees m => m.eval
  | .network n => n.eval

/-- A risk head, and the greatest score that any point of the envelope may have. -/
structure RiskClaim where
  /-- The model of the risk. -/
  head : RiskHead
  /-- The claimed bound on its score. -/
  bound : Int

end PCM
